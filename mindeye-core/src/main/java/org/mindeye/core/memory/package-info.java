/** How much memory a computation needs, how much there is, and saying so before it starts. */
package org.mindeye.core.memory;
