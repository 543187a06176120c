@NullMarked
package io.leasehold.server;

import org.jspecify.annotations.NullMarked;
