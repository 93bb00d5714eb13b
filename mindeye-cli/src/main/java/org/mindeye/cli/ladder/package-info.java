// SPDX-License-Identifier: Apache-2.0
/** What each part of a reconstruction adds: the same scenes, painted with more and more of it. */
package org.mindeye.cli.ladder;
