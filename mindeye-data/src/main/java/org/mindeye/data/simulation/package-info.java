/**
 * A simulated world for those without brain data: painted scenes, and a brain that responds to
 * them. Everything downstream reads the same files as for real data and cannot tell them apart.
 */
package org.mindeye.data.simulation;
