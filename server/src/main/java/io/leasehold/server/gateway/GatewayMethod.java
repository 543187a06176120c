package io.leasehold.server.gateway;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.v3electionpb.ElectionGrpc;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One gRPC method and how its messages are read and written.
 *
 * @param descriptor name, kind and generated marshallers
 * @param emptyRequest the request's prototype
 */
record GatewayMethod(MethodDescriptor<Message, Message> descriptor, Message emptyRequest) {
    private static final Map<String, GatewayMethod> BY_PATH = table();

    /** The method that is POSTed to at a path, if there is one. */
    static Optional<GatewayMethod> at(String path) {
        return Optional.ofNullable(BY_PATH.get(path));
    }

    /** Whether requests or responses are streams, and the answer therefore a sequence of JSON objects. */
    boolean streams() {
        return descriptor.getType() != MethodDescriptor.MethodType.UNARY;
    }

    /** etcd's paths, from the http annotations of its services. */
    private static Map<String, GatewayMethod> table() {
        Map<String, MethodDescriptor<?, ?>> methods = new HashMap<>();
        methods.put("/v3/kv/range", KVGrpc.getRangeMethod());
        methods.put("/v3/kv/put", KVGrpc.getPutMethod());
        methods.put("/v3/kv/deleterange", KVGrpc.getDeleteRangeMethod());
        methods.put("/v3/kv/txn", KVGrpc.getTxnMethod());
        methods.put("/v3/kv/compaction", KVGrpc.getCompactMethod());
        methods.put("/v3/watch", WatchGrpc.getWatchMethod());
        methods.put("/v3/lease/grant", LeaseGrpc.getLeaseGrantMethod());
        methods.put("/v3/lease/revoke", LeaseGrpc.getLeaseRevokeMethod());
        methods.put("/v3/kv/lease/revoke", LeaseGrpc.getLeaseRevokeMethod());
        methods.put("/v3/lease/keepalive", LeaseGrpc.getLeaseKeepAliveMethod());
        methods.put("/v3/lease/timetolive", LeaseGrpc.getLeaseTimeToLiveMethod());
        methods.put("/v3/kv/lease/timetolive", LeaseGrpc.getLeaseTimeToLiveMethod());
        methods.put("/v3/lease/leases", LeaseGrpc.getLeaseLeasesMethod());
        methods.put("/v3/kv/lease/leases", LeaseGrpc.getLeaseLeasesMethod());
        methods.put("/v3/cluster/member/add", ClusterGrpc.getMemberAddMethod());
        methods.put("/v3/cluster/member/remove", ClusterGrpc.getMemberRemoveMethod());
        methods.put("/v3/cluster/member/update", ClusterGrpc.getMemberUpdateMethod());
        methods.put("/v3/cluster/member/list", ClusterGrpc.getMemberListMethod());
        methods.put("/v3/cluster/member/promote", ClusterGrpc.getMemberPromoteMethod());
        methods.put("/v3/maintenance/alarm", MaintenanceGrpc.getAlarmMethod());
        methods.put("/v3/maintenance/status", MaintenanceGrpc.getStatusMethod());
        methods.put("/v3/maintenance/defragment", MaintenanceGrpc.getDefragmentMethod());
        methods.put("/v3/maintenance/hash", MaintenanceGrpc.getHashMethod());
        methods.put("/v3/maintenance/hashkv", MaintenanceGrpc.getHashKVMethod());
        methods.put("/v3/maintenance/snapshot", MaintenanceGrpc.getSnapshotMethod());
        methods.put("/v3/maintenance/transfer-leadership", MaintenanceGrpc.getMoveLeaderMethod());
        methods.put("/v3/maintenance/downgrade", MaintenanceGrpc.getDowngradeMethod());
        putAuth(methods);
        putExtensions(methods);
        methods.put("/v3/lock/lock", LockGrpc.getLockMethod());
        methods.put("/v3/lock/unlock", LockGrpc.getUnlockMethod());
        methods.put("/v3/election/campaign", ElectionGrpc.getCampaignMethod());
        methods.put("/v3/election/proclaim", ElectionGrpc.getProclaimMethod());
        methods.put("/v3/election/leader", ElectionGrpc.getLeaderMethod());
        methods.put("/v3/election/observe", ElectionGrpc.getObserveMethod());
        methods.put("/v3/election/resign", ElectionGrpc.getResignMethod());
        Map<String, GatewayMethod> table = new HashMap<>();
        methods.forEach((path, descriptor) -> table.put(path, of(descriptor)));
        return Map.copyOf(table);
    }

    /** Our own: the names of the methods, without spaces between the words as etcd's. */
    private static void putExtensions(Map<String, MethodDescriptor<?, ?>> methods) {
        methods.put("/leasehold/v1/lease/list", io.leasehold.protocol.leasehold.v1.LeaseGrpc.getListLeasesMethod());
        methods.put("/leasehold/v1/lease/grant", io.leasehold.protocol.leasehold.v1.LeaseGrpc.getGrantLeasesMethod());
        methods.put("/leasehold/v1/lease/keepalive", io.leasehold.protocol.leasehold.v1.LeaseGrpc.getKeepAliveMethod());
        methods.put("/leasehold/v1/lease/revoke", io.leasehold.protocol.leasehold.v1.LeaseGrpc.getRevokeLeasesMethod());
        methods.put("/leasehold/v1/lease/watch", io.leasehold.protocol.leasehold.v1.LeaseGrpc.getWatchLeasesMethod());
        methods.put(
                "/leasehold/v1/lease/putwithttl", io.leasehold.protocol.leasehold.v1.LeaseGrpc.getPutWithTtlMethod());
        methods.put(
                "/leasehold/v1/lease/txnwithgrant",
                io.leasehold.protocol.leasehold.v1.LeaseGrpc.getTxnWithGrantMethod());
    }

    private static void putAuth(Map<String, MethodDescriptor<?, ?>> methods) {
        methods.put("/v3/auth/enable", AuthGrpc.getAuthEnableMethod());
        methods.put("/v3/auth/disable", AuthGrpc.getAuthDisableMethod());
        methods.put("/v3/auth/status", AuthGrpc.getAuthStatusMethod());
        methods.put("/v3/auth/authenticate", AuthGrpc.getAuthenticateMethod());
        methods.put("/v3/auth/user/add", AuthGrpc.getUserAddMethod());
        methods.put("/v3/auth/user/get", AuthGrpc.getUserGetMethod());
        methods.put("/v3/auth/user/list", AuthGrpc.getUserListMethod());
        methods.put("/v3/auth/user/delete", AuthGrpc.getUserDeleteMethod());
        methods.put("/v3/auth/user/changepw", AuthGrpc.getUserChangePasswordMethod());
        methods.put("/v3/auth/user/grant", AuthGrpc.getUserGrantRoleMethod());
        methods.put("/v3/auth/user/revoke", AuthGrpc.getUserRevokeRoleMethod());
        methods.put("/v3/auth/role/add", AuthGrpc.getRoleAddMethod());
        methods.put("/v3/auth/role/get", AuthGrpc.getRoleGetMethod());
        methods.put("/v3/auth/role/list", AuthGrpc.getRoleListMethod());
        methods.put("/v3/auth/role/delete", AuthGrpc.getRoleDeleteMethod());
        methods.put("/v3/auth/role/grant", AuthGrpc.getRoleGrantPermissionMethod());
        methods.put("/v3/auth/role/revoke", AuthGrpc.getRoleRevokePermissionMethod());
    }

    @SuppressWarnings("unchecked") // Every generated message is a Message; the gateway treats all methods alike.
    private static GatewayMethod of(MethodDescriptor<?, ?> generated) {
        MethodDescriptor<Message, Message> descriptor = (MethodDescriptor<Message, Message>) generated;
        MethodDescriptor.PrototypeMarshaller<Message> requests =
                (MethodDescriptor.PrototypeMarshaller<Message>) descriptor.getRequestMarshaller();
        Message emptyRequest = requests.getMessagePrototype();
        if (emptyRequest == null) {
            throw new IllegalStateException("no prototype of the request of " + descriptor.getFullMethodName());
        }
        return new GatewayMethod(descriptor, emptyRequest);
    }
}
