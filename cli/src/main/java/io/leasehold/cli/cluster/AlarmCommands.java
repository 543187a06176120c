package io.leasehold.cli.cluster;

import com.google.protobuf.Message;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.AlarmMember;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.AlarmRequest.AlarmAction;
import io.leasehold.protocol.etcdserverpb.AlarmResponse;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import java.util.List;

/** {@code alarm list|disarm}. */
public final class AlarmCommands {
    private AlarmCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "alarm",
                "look at alarms and take them back",
                Entry.plain(
                        "list",
                        Help.of("list the alarms that are on", ""),
                        (ctl, none) -> ask(ctl, "list", none, AlarmAction.GET)),
                Entry.plain(
                        "disarm",
                        Help.of("take all alarms back", ""),
                        (ctl, none) -> ask(ctl, "disarm", none, AlarmAction.DEACTIVATE)));
    }

    private static void ask(Ctl ctl, String name, List<String> arguments, AlarmAction action) {
        Arguments.count(arguments, 0, 0, "alarm " + name + " command accepts no arguments");
        try (Connection connection = ctl.connect()) {
            AlarmResponse on = connection.call(MaintenanceGrpc.getAlarmMethod(), AlarmRequest.getDefaultInstance());
            if (action == AlarmAction.GET) {
                ctl.output().print(new Alarms(on));
                return;
            }
            AlarmResponse.Builder lowered = AlarmResponse.newBuilder();
            for (AlarmMember alarm : on.getAlarmsList()) {
                lowered.addAllAlarms(connection
                        .call(
                                MaintenanceGrpc.getAlarmMethod(),
                                AlarmRequest.newBuilder()
                                        .setAction(AlarmAction.DEACTIVATE)
                                        .setMemberID(alarm.getMemberID())
                                        .setAlarm(alarm.getAlarm())
                                        .build())
                        .getAlarmsList());
            }
            ctl.output().print(new Alarms(lowered.build()));
        }
    }

    private record Alarms(AlarmResponse response) implements Answer {
        @Override
        public void simple(Simple out) {
            for (AlarmMember alarm : response.getAlarmsList()) {
                out.line("memberID:" + Long.toUnsignedString(alarm.getMemberID()) + " alarm:" + alarm.getAlarm() + " ");
            }
        }

        @Override
        public String json() {
            return GoJson.of(response);
        }

        @Override
        public void fields(Fields out) {
            out.header(response.getHeader());
            for (AlarmMember alarm : response.getAlarmsList()) {
                out.id("MemberID", alarm.getMemberID());
                out.line("AlarmType", alarm.getAlarm());
                out.gap();
            }
        }

        @Override
        public Message protobuf() {
            return response;
        }
    }
}
