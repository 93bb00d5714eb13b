/**
 * A world of its own for whoever has no brain data at hand: painted scenes, and a brain that
 * responds to them. Everything downstream reads the same files as for real data and cannot tell
 * them apart.
 */
package org.mindeye.data.simulation;
