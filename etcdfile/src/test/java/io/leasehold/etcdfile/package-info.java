@NullMarked
package io.leasehold.etcdfile;

import org.jspecify.annotations.NullMarked;
