// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.data;

/** Of no family, and not caught anywhere. */
public final class StrayError extends Error {
  private static final long serialVersionUID = 1L;
}
