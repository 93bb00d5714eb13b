// SPDX-License-Identifier: Apache-2.0
package us.hebi.matlab;

/** Stands in for the library of this name, to show that using it in the wrong place is reported. */
public final class StandIn {}
