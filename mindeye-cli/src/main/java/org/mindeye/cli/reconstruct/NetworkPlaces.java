// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.nio.file.Path;

/**
 * Where the networks of a reconstruction are.
 *
 * @param model backbone and prior
 * @param painter as diffusers saves it, or a folder of networks of your own
 * @param lowLevel null for no blurry start
 * @param clip chooses among candidates; null for the painter's own
 */
public record NetworkPlaces(Path model, Path painter, Path lowLevel, Path clip) {}
