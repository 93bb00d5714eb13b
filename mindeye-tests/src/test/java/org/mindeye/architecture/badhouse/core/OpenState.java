// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

@State(Scope.Benchmark)
public class OpenState {}
