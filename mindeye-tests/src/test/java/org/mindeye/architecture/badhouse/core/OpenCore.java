// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

public class OpenCore {}
