package io.leasehold.raft.ratis;

import java.util.Arrays;
import java.util.Map;

/**
 * The engine's thread that writes the log waits for work a second at a time, and closing the log waits until it looks up. A
 * stop would take half a second more for that alone, so the thread is woken as soon as nothing can come any more.
 */
final class IdleLogWorker {

    private static final String WORKER_CLASS = "SegmentedRaftLogWorker";
    /** What the engine's close calls when the worker has been told to end: before it an interrupt would be an error. */
    private static final String WAITING_METHOD = "shutdownAndWait";

    private IdleLogWorker() {}

    /**
     * Wakes the worker of a member if the engine waits for it to end and it waits for work; while it writes or forces it is
     * left alone. Any thread.
     *
     * @param peer the engine's name of the process, with which the names of the threads that close it begin
     * @param member its name of the log, with which the worker's name begins
     */
    static void wake(String peer, String member) {
        Map<Thread, StackTraceElement[]> threads = Thread.getAllStackTraces();
        boolean isAwaited = threads.entrySet().stream()
                .anyMatch(each -> each.getKey().getName().startsWith(peer) && waitsForWorker(each.getValue()));
        if (isAwaited) {
            threads.keySet().stream()
                    .filter(thread -> thread.getName().startsWith(member + "-" + WORKER_CLASS)
                            && thread.getState() == Thread.State.TIMED_WAITING)
                    .forEach(Thread::interrupt);
        }
    }

    private static boolean waitsForWorker(StackTraceElement[] frames) {
        return Arrays.stream(frames).anyMatch(frame -> frame.getMethodName().equals(WAITING_METHOD))
                && Arrays.stream(frames)
                        .anyMatch(frame -> frame.getMethodName().equals("close")
                                && frame.getClassName().endsWith(WORKER_CLASS));
    }
}
