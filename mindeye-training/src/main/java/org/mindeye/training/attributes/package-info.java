// SPDX-License-Identifier: Apache-2.0
/** Training of a classifier that judges what pictures show. */
package org.mindeye.training.attributes;
