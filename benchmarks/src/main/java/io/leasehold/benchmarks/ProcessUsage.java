package io.leasehold.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel says about a process: CPU time used so far and resident memory. */
record ProcessUsage(long cpuMicros, long residentBytes) {
    /** USER_HZ: the unit of the times in /proc/pid/stat, fixed by the kernel's interface. */
    private static final long TICKS_PER_SECOND = 100;

    /** Fields of /proc/pid/stat behind the command's closing parenthesis: utime is the 12th, stime the 13th. */
    private static final int UTIME_FIELD = 11;

    /** Of several processes together. */
    static ProcessUsage of(List<Long> pids) {
        List<ProcessUsage> usages = pids.stream().map(ProcessUsage::of).toList();
        return new ProcessUsage(
                usages.stream().mapToLong(ProcessUsage::cpuMicros).sum(),
                usages.stream().mapToLong(ProcessUsage::residentBytes).sum());
    }

    static ProcessUsage of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[UTIME_FIELD]) + Long.parseLong(fields[UTIME_FIELD + 1]);
            return new ProcessUsage(ticks * 1_000_000 / TICKS_PER_SECOND, resident(pid));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " is gone", e);
        }
    }

    private static long resident(long pid) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
        return lines.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
