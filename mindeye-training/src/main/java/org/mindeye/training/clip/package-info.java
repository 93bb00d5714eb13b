// SPDX-License-Identifier: Apache-2.0
/**
 * Training of a CLIP image tower from described pictures: contrastively, as CLIP was trained, and
 * place by place.
 */
package org.mindeye.training.clip;
