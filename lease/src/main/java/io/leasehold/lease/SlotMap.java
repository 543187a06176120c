package io.leasehold.lease;

import java.util.Arrays;

/**
 * Lease id → slot, by open addressing with linear probing. Holds only slot numbers (4 bytes each, at most 7 of 10 cells
 * full); the ids stay in the owner's slots. Belongs to its owner's thread.
 */
final class SlotMap {
    /** What {@link #get} returns for an id that is not there. */
    static final int ABSENT = -1;

    private static final int CELLS_MIN = 16;

    private final Ids ids;
    private int[] cells = new int[CELLS_MIN];
    private int size;

    /** A map over the slots whose ids {@code ids} tells; a slot's id must not change while the slot is in here. */
    SlotMap(Ids ids) {
        this.ids = ids;
    }

    /** Makes room for {@code slots} in all, so that they are added without a move. */
    void reserve(int slots) {
        int length = cells.length;
        while (slots * 10L > length * 7L) {
            length = Math.multiplyExact(length, 2);
        }
        if (length > cells.length) {
            resize(length);
        }
    }

    int get(long id) {
        int mask = cells.length - 1;
        for (int cell = home(id, mask); cells[cell] != 0; cell = (cell + 1) & mask) {
            if (ids.idAt(cells[cell] - 1) == id) {
                return cells[cell] - 1;
            }
        }
        return ABSENT;
    }

    /** Adds a slot whose id is not there yet. */
    void add(int slot) {
        if ((size + 1) * 10L > cells.length * 7L) {
            resize(Math.multiplyExact(cells.length, 2));
        }
        insert(slot);
        size++;
    }

    /** Lets the cell of {@code id}, which must be there, name another slot: the lease has moved. */
    void move(long id, int toSlot) {
        cells[cellOf(id)] = toSlot + 1;
    }

    /** Removes {@code id}, which must be there, while its slot still tells its id. */
    void remove(long id) {
        int mask = cells.length - 1;
        int hole = cellOf(id);
        for (int cell = (hole + 1) & mask; cells[cell] != 0; cell = (cell + 1) & mask) {
            int home = home(ids.idAt(cells[cell] - 1), mask);
            // Only a cell whose probe sequence runs over the hole may fill it.
            if (((cell - home) & mask) >= ((cell - hole) & mask)) {
                cells[hole] = cells[cell];
                hole = cell;
            }
        }
        cells[hole] = 0;
        size--;
    }

    /** Gives cells back once few are left in use; call when no slot is half moved. */
    void trim() {
        if (cells.length > CELLS_MIN && size < cells.length / 8) {
            resize(cells.length / 2);
        }
    }

    private void resize(int length) {
        int[] old = cells;
        cells = new int[length];
        for (int cell : old) {
            if (cell != 0) {
                insert(cell - 1);
            }
        }
    }

    private void insert(int slot) {
        int mask = cells.length - 1;
        int cell = home(ids.idAt(slot), mask);
        while (cells[cell] != 0) {
            cell = (cell + 1) & mask;
        }
        cells[cell] = slot + 1;
    }

    private int cellOf(long id) {
        int mask = cells.length - 1;
        int cell = home(id, mask);
        while (cells[cell] == 0 || ids.idAt(cells[cell] - 1) != id) {
            if (cells[cell] == 0) {
                throw new IllegalStateException("lease " + id + " has no slot");
            }
            cell = (cell + 1) & mask;
        }
        return cell;
    }

    /** The finishing steps of MurmurHash3: ids that clients count up must not cluster. */
    private static int home(long id, int mask) {
        long hash = id;
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return (int) (hash ^ (hash >>> 33)) & mask;
    }

    @Override
    public String toString() {
        return "SlotMap" + Arrays.toString(cells);
    }

    /** Tells the id that a slot holds. */
    interface Ids {
        long idAt(int slot);
    }
}
