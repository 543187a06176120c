package io.leasehold.interop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.interop.RunningServer;
import io.leasehold.interop.ServerTarget;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dashboard that ships asks for metrics that there are. */
class DashboardIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private static final Pattern METRIC = Pattern.compile("\\b(?:etcd|leasehold|grpc|process)_[a-z_]+[a-z](?=\\{)");

    /** Series that appear with the first call that fails. */
    private static final Set<String> LATER = Set.of("grpc_server_handled_total");

    @Test
    void every_metric_of_the_dashboard_is_served() throws IOException, InterruptedException {
        assumeTrue(ServerTarget.configured() == ServerTarget.LEASEHOLD, "the dashboard is of Leasehold's metrics");
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + SERVER.endpoint() + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        Set<String> asked = new TreeSet<>();
        Matcher names = METRIC.matcher(Files.readString(Path.of("..", "docs", "grafana", "leasehold.json")));
        while (names.find()) {
            asked.add(names.group());
        }
        assertThat(asked).hasSizeGreaterThan(25);
        asked.removeAll(LATER);
        assertThat(asked).allSatisfy(name -> assertThat(metrics).containsPattern("(?m)^" + name + "[{ ]"));
    }
}
