// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

/**
 * Objects in a checkpoint that are not read, because Python would have to call something for them.
 *
 * @param global the function or class, or whatever stands in its place
 * @param reason why they are not read
 * @param count how many there are
 * @param path where the first one stands, keys and indices with slashes between; parts of objects
 *     that are not read themselves stand in parentheses
 */
public record OpaqueObject(String global, String reason, int count, String path) {}
