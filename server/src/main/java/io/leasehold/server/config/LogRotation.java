package io.leasehold.server.config;

/**
 * When the log's file makes room for a new one, and what becomes of the old ones.
 *
 * @param sizeMaxBytes a file that would grow beyond this is put aside; at least 1
 * @param ageMaxDays files put aside longer ago are deleted; 0: none is for its age
 * @param backupsMax how many files put aside are kept; 0: all
 * @param localTime whether their names tell local time instead of UTC
 * @param compressed whether they are packed with gzip
 */
public record LogRotation(long sizeMaxBytes, long ageMaxDays, long backupsMax, boolean localTime, boolean compressed) {
    /** Checks the ranges. */
    public LogRotation {
        if (sizeMaxBytes < 1 || ageMaxDays < 0 || backupsMax < 0) {
            throw new IllegalArgumentException(
                    "expected a size of at least 1 byte, and an age and a number of at least 0");
        }
    }

    /** All of it in a line of text, for {@link #parse}. */
    public String toText() {
        return sizeMaxBytes + " " + ageMaxDays + " " + backupsMax + " " + localTime + " " + compressed;
    }

    /** What {@link #toText} wrote. */
    public static LogRotation parse(String text) {
        String[] parts = text.split(" ", -1);
        return new LogRotation(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Boolean.parseBoolean(parts[3]),
                Boolean.parseBoolean(parts[4]));
    }
}
