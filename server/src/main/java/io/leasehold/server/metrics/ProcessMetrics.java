package io.leasehold.server.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.leasehold.protocol.ReadsClock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The process's own figures under Prometheus' names; those the platform does not tell are left out. */
@ReadsClock("the start of the process is told as wall time, for people")
public final class ProcessMetrics {
    private static final Map<String, String> NO_LABELS = Map.of();
    private static final Path MEMORY = Path.of("/proc/self/statm");

    /** Linux' page size on all platforms we run on. */
    private static final double PAGE_BYTES = 4_096;

    private static final double NANOS_PER_SECOND = 1e9;

    private ProcessMetrics() {}

    /** Adds them all. The beans behind them are only loaded by the first scrape: they would cost start time. */
    public static void addTo(Metrics metrics) {
        double startSeconds = System.currentTimeMillis() / 1_000.0;
        metrics.gauge("process_start_time_seconds", "Start, in seconds since 1970.", NO_LABELS, () -> startSeconds);
        unix(
                metrics,
                "process_cpu_seconds_total",
                "Processor time used.",
                bean -> bean.getProcessCpuTime() / NANOS_PER_SECOND);
        unix(metrics, "process_open_fds", "Open file descriptors.", bean -> bean.getOpenFileDescriptorCount());
        unix(metrics, "process_max_fds", "Most file descriptors allowed.", bean -> bean.getMaxFileDescriptorCount());
        unix(metrics, "os_fd_used", "Open file descriptors.", bean -> bean.getOpenFileDescriptorCount());
        unix(metrics, "os_fd_limit", "Most file descriptors allowed.", bean -> bean.getMaxFileDescriptorCount());
        if (Files.isReadable(MEMORY)) {
            metrics.gauge(
                    "process_virtual_memory_bytes",
                    "Address space used.",
                    NO_LABELS,
                    () -> memoryField(0) * PAGE_BYTES);
            metrics.gauge(
                    "process_resident_memory_bytes", "Memory resident.", NO_LABELS, () -> memoryField(1) * PAGE_BYTES);
        }
    }

    private static void unix(
            Metrics metrics, String name, String help, ToDoubleFunction<UnixOperatingSystemMXBean> value) {
        if (name.endsWith("_total")) {
            metrics.counterOf(name, help, NO_LABELS, () -> read(value));
        } else {
            metrics.gauge(name, help, NO_LABELS, () -> read(value));
        }
    }

    private static double read(ToDoubleFunction<UnixOperatingSystemMXBean> value) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean bean
                ? value.applyAsDouble(bean)
                : Double.NaN;
    }

    private static double memoryField(int index) {
        try {
            return Double.parseDouble(Files.readString(MEMORY).split(" ", -1)[index]);
        } catch (IOException gone) {
            return Double.NaN;
        }
    }
}
