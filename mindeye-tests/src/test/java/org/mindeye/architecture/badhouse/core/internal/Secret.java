// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core.internal;

public interface Secret {}
