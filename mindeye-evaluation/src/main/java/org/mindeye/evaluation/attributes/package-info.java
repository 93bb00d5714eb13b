// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a painted picture shows what was seen, in the words of a classifier: what it is, its
 * colour, its place.
 */
package org.mindeye.evaluation.attributes;
