package io.leasehold.etcdfile;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.leasehold.protocol.etcdserverpb.Member;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Members as etcd stores them: JSON objects with unsigned decimal ids. */
final class MemberJson {
    private static final Gson GSON = new Gson();

    private MemberJson() {}

    static byte[] write(Member member) {
        JsonObject json = new JsonObject();
        json.addProperty("id", new BigInteger(Long.toUnsignedString(member.getID())));
        json.add("peerURLs", array(member.getPeerURLsList()));
        if (member.getIsLearner()) {
            json.addProperty("isLearner", true);
        }
        if (!member.getName().isEmpty()) {
            json.addProperty("name", member.getName());
        }
        if (member.getClientURLsCount() > 0) {
            json.add("clientURLs", array(member.getClientURLsList()));
        }
        return GSON.toJson(json).getBytes(StandardCharsets.UTF_8);
    }

    static Member read(byte[] bytes) throws EtcdFileException {
        try {
            JsonObject json = GSON.fromJson(new String(bytes, StandardCharsets.UTF_8), JsonObject.class);
            if (json == null || !json.has("id")) {
                throw new EtcdFileException("a member has no id");
            }
            Member.Builder member = Member.newBuilder()
                    .setID(Long.parseUnsignedLong(json.get("id").getAsString()))
                    .setIsLearner(json.has("isLearner") && json.get("isLearner").getAsBoolean())
                    .setName(json.has("name") ? json.get("name").getAsString() : "");
            elements(json, "peerURLs").forEach(url -> member.addPeerURLs(url.getAsString()));
            elements(json, "clientURLs").forEach(url -> member.addClientURLs(url.getAsString()));
            return member.build();
        } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
            throw new EtcdFileException("a member is not in etcd's form: " + e.getMessage());
        }
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static Iterable<JsonElement> elements(JsonObject json, String name) {
        JsonElement element = json.get(name);
        return element == null || element.isJsonNull() ? List.of() : element.getAsJsonArray();
    }
}
