// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

/** What is known of an image before a pixel is decoded. */
record ImageHeader(EncodedImage.Format format, int width, int height) {}
