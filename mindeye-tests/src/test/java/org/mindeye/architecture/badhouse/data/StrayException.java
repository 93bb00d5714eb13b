// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.data;

/** Of no family. */
public final class StrayException extends RuntimeException {
  private static final long serialVersionUID = 1L;
}
