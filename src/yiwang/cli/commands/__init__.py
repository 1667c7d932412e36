"""The commands of `yiwang`, one file each: the file's name is the command's, and it holds an object named ``command``."""
