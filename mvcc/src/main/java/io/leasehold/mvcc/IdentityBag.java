package io.leasehold.mvcc;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set by identity whose order does not depend on identity hash codes, so that runs can be repeated: elements come in the
 * order added, but that a removal moves the last one into the gap. Owned by one thread.
 */
final class IdentityBag<E> {
    /** Up to here looking through all is as fast as a table, which costs 40 bytes an element. */
    private static final int LINEAR_SIZE_MAX = 16;

    private final List<E> elements = new ArrayList<>(1);

    /** Where each element is; null while the bag is small. */
    private @Nullable IdentityHashMap<E, Integer> indexes;

    boolean isEmpty() {
        return elements.isEmpty();
    }

    /** Adds the element; false when it is there already. */
    boolean add(E element) {
        if (indexOf(element) >= 0) {
            return false;
        }
        elements.add(element);
        if (indexes != null) {
            indexes.put(element, elements.size() - 1);
        } else if (elements.size() > LINEAR_SIZE_MAX) {
            indexes = new IdentityHashMap<>();
            for (int i = 0; i < elements.size(); i++) {
                indexes.put(elements.get(i), i);
            }
        }
        return true;
    }

    /** Removes the element; false when it is not there. */
    boolean remove(E element) {
        int index = indexOf(element);
        if (index < 0) {
            return false;
        }
        E last = elements.removeLast();
        if (index < elements.size()) {
            elements.set(index, last);
        }
        if (indexes != null) {
            indexes.put(last, index);
            indexes.remove(element);
        }
        return true;
    }

    void forEach(Consumer<E> consumer) {
        elements.forEach(consumer);
    }

    private int indexOf(E element) {
        if (indexes != null) {
            return indexes.getOrDefault(element, -1);
        }
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) == element) {
                return i;
            }
        }
        return -1;
    }
}
