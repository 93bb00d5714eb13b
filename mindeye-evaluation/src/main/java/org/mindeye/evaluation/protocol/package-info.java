/**
 * Evaluations that can be repeated and compared: a protocol that has a name and a version, images
 * that are read one after the other, and results that say what they were computed from.
 */
package org.mindeye.evaluation.protocol;
