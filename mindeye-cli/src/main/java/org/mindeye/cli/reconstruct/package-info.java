/** {@code mindeye reconstruct}: pictures of what was seen. */
package org.mindeye.cli.reconstruct;
