/**
 * From the bytes of a JPEG or PNG file to red, green and blue, as libjpeg-turbo and Pillow ({@code
 * Image.open(...).convert("RGB")}, which the original loads with) give them. Java's codecs undo the
 * compression; what they add of their own, such as colour profiles and guesses about colour spaces,
 * is kept away from them.
 */
package org.mindeye.data.internal.picture;
