package io.leasehold.cli.local;

import io.leasehold.cli.local.Picture.Event;
import io.leasehold.cli.terminal.Screen;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How a cluster is shown to whoever started it. One thread. */
interface View extends AutoCloseable {
    /** How often it is drawn anew. */
    long PAUSE_MILLIS = 100;

    /** Shows a picture; {@code fresh} happened since the last one. */
    void show(Picture picture, List<Event> fresh);

    /** Waits for a moment; tells whether the end was asked for meanwhile. */
    boolean isEndAsked();

    @Override
    void close();

    /** A screen that is drawn anew. */
    record Live(Screen screen) implements View {
        @Override
        public void show(Picture picture, List<Event> fresh) {
            screen.draw(PictureText.screen(picture, screen.height(), screen.style()));
        }

        @Override
        public boolean isEndAsked() {
            return screen.isEndTyped(PAUSE_MILLIS);
        }

        @Override
        public void close() {
            screen.close();
        }
    }

    /** A line for each thing that happens. {@code end} is open until the end is asked for. */
    record Lines(PrintStream out, CountDownLatch end) implements View {
        @Override
        public void show(Picture picture, List<Event> fresh) {
            fresh.forEach(event -> out.println(PictureText.line(event, Screen.plain())));
            out.flush();
        }

        @Override
        public boolean isEndAsked() {
            if (end.getCount() == 0) {
                // Nothing to wait for any more, but members that end want some time.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
                return true;
            }
            try {
                return end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
