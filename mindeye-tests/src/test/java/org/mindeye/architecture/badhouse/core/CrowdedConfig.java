// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

public record CrowdedConfig(int a, int b, int c, int d, int e, int f, int g, int h) {}
