package io.leasehold.statemachine;

import io.leasehold.protocol.etcdserverpb.AlarmMember;

/** State as the protocol's messages; what {@link Requests} is the other way round. Pure functions. */
public final class Messages {
    private Messages() {}

    /** A member, with everything about it. */
    public static io.leasehold.protocol.etcdserverpb.Member member(Member member) {
        return io.leasehold.protocol.etcdserverpb.Member.newBuilder()
                .setID(member.id())
                .setName(member.name())
                .addAllPeerURLs(member.peerUrls())
                .addAllClientURLs(member.clientUrls())
                .setIsLearner(member.learner())
                .build();
    }

    /** An alarm that is on. */
    public static AlarmMember alarm(ActiveAlarm alarm) {
        return AlarmMember.newBuilder()
                .setMemberID(alarm.memberId())
                .setAlarm(
                        switch (alarm.type()) {
                            case NONE -> io.leasehold.protocol.etcdserverpb.AlarmType.NONE;
                            case NOSPACE -> io.leasehold.protocol.etcdserverpb.AlarmType.NOSPACE;
                            case CORRUPT -> io.leasehold.protocol.etcdserverpb.AlarmType.CORRUPT;
                        })
                .build();
    }
}
