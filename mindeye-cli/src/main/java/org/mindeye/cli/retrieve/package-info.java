/** {@code mindeye retrieve}: which pictures of a gallery were seen. */
package org.mindeye.cli.retrieve;
