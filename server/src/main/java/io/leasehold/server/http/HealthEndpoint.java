package io.leasehold.server.http;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code GET /health}: whether the member is fit to serve, with the first reason if it is not. In etcd's order: alarms, then
 * the leader, then a read. {@code exclude=NOSPACE} overlooks an alarm, {@code serializable=true} looks at this member alone.
 */
public final class HealthEndpoint implements HttpEndpoint {
    private static final Set<String> KNOWN_ALARMS = Set.of("NOSPACE", "CORRUPT");

    private final MemberHealth member;
    private final HealthTold told;

    /** Tells the health of the given member, and of its answers somebody else. */
    public HealthEndpoint(MemberHealth member, HealthTold told) {
        this.member = member;
        this.told = told;
    }

    @Override
    public boolean serves(String path) {
        return path.equals("/health");
    }

    @Override
    public void handle(HttpCall call) {
        if (!call.method().equals("GET")) {
            call.respond(HttpReply.onlyGet());
            return;
        }
        boolean serializable =
                call.query().getOrDefault("serializable", List.of()).contains("true");
        Optional<String> alarm = firstAlarm(call.query().getOrDefault("exclude", List.of()));
        if (alarm.isPresent()) {
            unhealthy(call, "ALARM " + (KNOWN_ALARMS.contains(alarm.get()) ? alarm.get() : "UNKNOWN"));
        } else if (!serializable && !member.hasLeader()) {
            unhealthy(call, "RAFT NO LEADER");
        } else {
            member.tryRead(
                    !serializable,
                    failure -> failure.ifPresentOrElse(reason -> unhealthy(call, "RANGE ERROR:" + reason), () -> {
                        told.health(true);
                        call.respond(HttpReply.text(200, body("true", "")));
                    }));
        }
    }

    private Optional<String> firstAlarm(List<String> excluded) {
        Set<String> raised = new TreeSet<>(member.alarms());
        excluded.forEach(raised::remove);
        // NOSPACE is told first: it is the one an operator can do something about at once.
        return raised.contains("NOSPACE")
                ? Optional.of("NOSPACE")
                : raised.stream().findFirst();
    }

    private void unhealthy(HttpCall call, String reason) {
        told.health(false);
        call.respond(HttpReply.text(503, body("false", reason) + "\n"));
    }

    private static String body(String health, String reason) {
        return "{\"health\":\"" + health + "\",\"reason\":\"" + JsonText.escape(reason) + "\"}";
    }
}
