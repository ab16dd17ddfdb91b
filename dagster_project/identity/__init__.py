"""Who people are: keys, pseudonyms and the sealed vault. Nothing here is ever written to the warehouse in clear."""
