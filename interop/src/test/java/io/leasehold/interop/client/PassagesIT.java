package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.examples.lessor.LeaseOverHttp;
import io.leasehold.interop.RunningServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java that documents show: passages of the guides are parts of programs that tests run, and what stands for itself is taken
 * out of the document, compiled and run.
 */
final class PassagesIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @TempDir
    Path directory;

    @Test
    void the_guides_show_what_is_run() {
        assertThat(new Guide("docs/client.md").passages()).hasSizeGreaterThan(8);
        assertThat(new Guide("docs/client.md").passagesNotIn("client/QuickStart.java"))
                .isEmpty();
        assertThat(new Guide("docs/recipes.md").passages()).hasSizeGreaterThan(7);
        assertThat(new Guide("docs/recipes.md").passagesNotIn("client/RecipeTour.java"))
                .isEmpty();
        assertThat(new Guide("docs/naming.md").passages()).hasSizeGreaterThan(3);
        assertThat(new Guide("docs/naming.md").passagesNotIn("client/NamingTour.java"))
                .isEmpty();
        assertThat(new Guide("docs/leasing.md").passages()).hasSize(1);
        assertThat(new Guide("docs/leasing.md").passagesNotIn("client/LeasingExample.java"))
                .isEmpty();
    }

    @Test
    void what_the_readme_and_the_migration_guide_show_compiles_and_runs() throws Exception {
        List<String> readme = new Guide("README.md").passages();
        List<String> migration = new Guide("docs/jetcd-migration.md").passages();
        assertThat(readme).hasSize(1);
        assertThat(migration).hasSize(1);

        run(
                """
                import io.etcd.jetcd.*;
                import io.leasehold.client.LeaseholdClient;
                import io.leasehold.jetcd.JetcdAdapter;
                import static java.nio.charset.StandardCharsets.UTF_8;

                public class Passages {
                    public static void main(String[] args) throws Exception {
                        %s
                        %s
                        kv.put(ByteSequence.from("moved", UTF_8), ByteSequence.from("over", UTF_8)).get();
                        client.close();
                    }
                }
                """
                        .formatted(
                                readme.get(0).replace("ByteSequence.utf8", "io.leasehold.protocol.ByteSequence.utf8"),
                                migration.get(0)));

        try (LeaseholdClient client =
                LeaseholdClient.builder().endpoints(SERVER.endpoint()).build()) {
            assertThat(value(client, "greeting")).isEqualTo("hello");
            assertThat(value(client, "moved")).isEqualTo("over");
        }
    }

    @Test
    void leases_are_served_and_renewed_over_http_as_the_document_says() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        LeaseOverHttp.run(new PrintStream(printed, true, UTF_8));

        assertThat(printed.toString(UTF_8).lines()).containsExactly("renewed for 10 s", "granted 10 s");
        assertThat(new Guide("docs/lease-http.md").passages()).hasSize(2);
        assertThat(new Guide("docs/lease-http.md").passagesNotIn("lessor/LeaseOverHttp.java"))
                .isEmpty();
    }

    private static String value(LeaseholdClient client, String key) {
        KeyValue found = await(client.kv().get(utf8(key))).first().orElseThrow();
        return found.value().toUtf8();
    }

    /** Against the test's server in place of that of the documents. */
    private void run(String program) throws Exception {
        String endpoint = SERVER.endpoint().replaceFirst("^[a-z]+://", "");
        Path source = directory.resolve("Passages.java");
        Files.writeString(source, program.replaceAll("(localhost|127\\.0\\.0\\.1):2379", endpoint));
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        directory.toString(),
                        source.toString());
        assertThat(code).as("the compiler's exit code").isZero();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            loader.loadClass("Passages").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        }
    }
}
