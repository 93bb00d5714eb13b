/**
 * Files of numbers, read into the Java heap or written from it: element types, NumPy arrays.
 * Readers are strict: a file is read completely and correctly, or refused with {@link
 * org.mindeye.core.weights.MalformedFileException}; nothing in a file is ever executed.
 */
package org.mindeye.core.weights;
