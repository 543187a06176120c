@NullMarked
package io.leasehold.statemachine;

import org.jspecify.annotations.NullMarked;
