/** The engine's package, for the one thing of it that it shows nobody. Nothing else belongs here. */
@NullMarked
package org.apache.ratis.server.impl;

import org.jspecify.annotations.NullMarked;
