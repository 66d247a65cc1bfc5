"""Files that users name: plain, of limited size, inside the folder that bounds them."""
