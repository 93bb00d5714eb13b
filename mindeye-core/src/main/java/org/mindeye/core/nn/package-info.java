/**
 * The shared layers. A {@link org.mindeye.core.nn.Network} is one DJL block that owns all its
 * parameters under their published names; layers are small functions over those parameters.
 */
package org.mindeye.core.nn;
