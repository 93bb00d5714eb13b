/** {@code mindeye bench}: how fast this machine answers and trains, in each format of numbers. */
package org.mindeye.cli.bench;
