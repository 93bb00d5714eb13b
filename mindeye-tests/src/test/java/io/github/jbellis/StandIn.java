// SPDX-License-Identifier: Apache-2.0
package io.github.jbellis;

/** Stands in for the library of this name, to show that using it in the wrong place is reported. */
public final class StandIn {}
