package io.leasehold.server.watch;

import java.util.ArrayList;
import java.util.List;

/** A client's end of a watch stream that keeps what it gets, and is ready for as many responses with events as it is told. */
final class RecordingSink implements WatchSink {
    final List<WatchMessage> messages = new ArrayList<>();
    int room = Integer.MAX_VALUE;
    int handled;
    private boolean awaited;

    @Override
    public boolean isReady() {
        if (room > 0) {
            return true;
        }
        awaited = true;
        return false;
    }

    @Override
    public void send(WatchMessage message) {
        messages.add(message);
        if (message instanceof WatchMessage.Events && room != Integer.MAX_VALUE) {
            room--;
        }
    }

    @Override
    public void handled() {
        handled++;
    }

    /** Makes room and announces it if the dispatcher waits for it. */
    void makeRoom(int responses, WatchStream stream) {
        room = responses;
        if (awaited && room > 0) {
            awaited = false;
            stream.ready();
        }
    }

    /** What came since the last call. */
    List<WatchMessage> take() {
        List<WatchMessage> taken = List.copyOf(messages);
        messages.clear();
        return taken;
    }
}
