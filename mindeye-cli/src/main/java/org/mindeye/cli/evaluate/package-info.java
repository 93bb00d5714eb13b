// SPDX-License-Identifier: Apache-2.0
/** Scores reconstructions by a published protocol. */
package org.mindeye.cli.evaluate;
