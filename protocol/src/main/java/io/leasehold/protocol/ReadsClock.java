package io.leasehold.protocol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the few wiring classes that may read a clock, sleep or draw chance; everywhere else the build refuses it and
 * time is an argument. The value says why this place is one of them.
 */
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface ReadsClock {
    /** Why the class or method needs the real clock. */
    String value();
}
