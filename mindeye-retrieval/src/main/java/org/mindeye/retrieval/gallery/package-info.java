/**
 * Galleries as folders: one or more indexes, what is known about their vectors, and what made them.
 * {@link org.mindeye.retrieval.gallery.GalleryFolder} grows part by part and is searched as one.
 */
package org.mindeye.retrieval.gallery;
