/**
 * The shared layers. A {@link org.mindeye.core.nn.Network} is one DJL block that owns all its
 * parameters under their published names; layers are small functions over those parameters, which
 * they declare through a {@link org.mindeye.core.nn.ParameterScope}. Layers check nothing that the
 * engine checks: the network they belong to does, at its border. They compute in the type of their
 * parameters, which their input must have too.
 */
package org.mindeye.core.nn;
