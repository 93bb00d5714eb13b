// SPDX-License-Identifier: Apache-2.0
/** The small world that the quickstart shows: its scenes, and its own trained networks. */
package org.mindeye.cli.world;
