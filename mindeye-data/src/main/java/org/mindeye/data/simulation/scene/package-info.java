// SPDX-License-Identifier: Apache-2.0
/**
 * Scenes of many things: what they show, in words and in pixels, and which of them a model may
 * learn from.
 */
package org.mindeye.data.simulation.scene;
