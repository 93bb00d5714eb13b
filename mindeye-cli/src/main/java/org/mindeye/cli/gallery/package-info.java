/** {@code mindeye gallery}: galleries in folders. */
package org.mindeye.cli.gallery;
